import { Socket } from "node:net";
import { SerialPort } from "serialport";
import type { LineSettings } from "./line-timing.ts";

/** Who hears what a line carries. */
export interface ByteListener {
  bytes(chunk: Uint8Array): void;
  /** The line went away by itself. */
  lost(): void;
}

/** Something that carries bytes both ways: a serial port, or a socket to a serial server. Opened anew after each close. */
export interface ByteLine {
  /** For people: /dev/ttyS1, or 192.0.2.7:4001. */
  readonly where: string;
  /** True where a new connection leaves behind what the old one still carries. */
  readonly reopenAfterFault: boolean;
  /** Null once open; else why it is not. */
  open(listener: ByteListener): Promise<Error | null>;
  write(bytes: Uint8Array): void;
  close(): Promise<void>;
}

/** A socket to a serial server that passes bytes on as they are. */
export function tcpLine(host: string, port: number, timeoutMs: number): ByteLine {
  let current: Socket | null = null;
  return {
    where: `${host}:${port}`,
    reopenAfterFault: true,
    async open(listener) {
      const socket = await connectSocket(host, port, timeoutMs);
      if (socket instanceof Error) return socket;
      current = socket;
      socket.on("data", (chunk) => listener.bytes(chunk));
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        if (current === socket) listener.lost();
      });
      return null;
    },
    write: (bytes) => void current?.write(bytes),
    async close() {
      const socket = current;
      current = null;
      socket?.destroy();
    },
  };
}

/** A serial port of this machine, locked against a second opener. */
export function serialLine(path: string, settings: LineSettings): ByteLine {
  let current: SerialPort | null = null;
  return {
    where: path,
    reopenAfterFault: false,
    open: (listener) =>
      new Promise((resolve) => {
        const { baud: baudRate, parity, stopBits } = settings;
        const port = new SerialPort({ path, baudRate, dataBits: 8, parity, stopBits, autoOpen: false });
        port.on("error", () => {});
        port.on("data", (chunk: Uint8Array) => listener.bytes(chunk));
        port.on("close", () => {
          if (current === port) listener.lost();
        });
        port.open((error) => {
          if (!error) current = port;
          resolve(error);
        });
      }),
    write: (bytes) => void current?.write(bytes),
    close: () =>
      new Promise((resolve) => {
        const port = current;
        current = null;
        if (port?.isOpen) port.close(() => resolve());
        else resolve();
      }),
  };
}

/** A connected socket, or why there is none within `timeoutMs`. */
export function connectSocket(host: string, port: number, timeoutMs: number): Promise<Socket | Error> {
  return new Promise((resolve) => {
    const socket = new Socket();
    const fail = (error: Error) => {
      socket.destroy();
      resolve(error);
    };
    socket.setTimeout(timeoutMs, () => fail(new Error(`no connection within ${timeoutMs} ms`)));
    socket.once("error", fail);
    socket.connect({ host, port, noDelay: true, keepAlive: true }, () => {
      socket.setTimeout(0);
      socket.removeAllListeners("timeout");
      socket.off("error", fail);
      resolve(socket);
    });
  });
}
