import { createServer } from "node:tls";
import { Aedes } from "aedes";
import { connectAsync } from "mqtt";
import { CountingProxy } from "../rig/counting-proxy.ts";
import { listenOnLoopback } from "../rig/listen-on-loopback.ts";

/** Who a peer's broker is, and whom its client trusts: PEM. */
export interface PeerTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Bytes that publishing these payloads costs, one after the other at QoS 1 over TLS, both directions, the connection's own included. */
export async function trafficOf(payloads: Iterable<Buffer>, topic: string, tls: PeerTls): Promise<number> {
  const broker = await Aedes.createBroker();
  const server = createServer({ cert: tls.cert, key: tls.key, minVersion: "TLSv1.3" }, (socket) =>
    broker.handle(socket),
  );
  const port = await listenOnLoopback(server);
  const proxy = new CountingProxy({ host: "127.0.0.1", port });
  await proxy.listen();
  try {
    const client = await connectAsync(`mqtts://localhost:${proxy.port}`, {
      ca: tls.ca,
      servername: "localhost",
      protocolVersion: 4,
      keepalive: 0,
    });
    for (const payload of payloads) await client.publishAsync(topic, payload, { qos: 1 });
    await client.endAsync();
    return proxy.traffic().bytes;
  } finally {
    proxy.close();
    server.close();
    await new Promise<void>((resolve) => broker.close(() => resolve()));
  }
}
