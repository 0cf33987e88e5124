import { once } from "node:events";
import { type Agent, type RequestOptions, request } from "node:https";

/** Asks a county's enrolment service once, over TLS, as anybody may. */
export async function askCounty(
  county: { readonly ports: { readonly enrolPort: number }; readonly ca: string },
  question: { path: string; body?: unknown; agent?: Agent; localAddress?: string },
): Promise<{ status: number; text: string }> {
  const { path, body, agent, localAddress } = question;
  const options: RequestOptions = {
    host: "127.0.0.1",
    port: county.ports.enrolPort,
    path,
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json" },
    // Before the CA is known nothing can be checked; what is fetched then is the CA.
    ...(county.ca ? { ca: county.ca } : { rejectUnauthorized: false }),
    ...(agent ? { agent } : { agent: false }),
    ...(localAddress ? { localAddress } : {}),
  };
  const asked = request(options);
  asked.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = await once(asked, "response");
  let text = "";
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode ?? 0, text };
}
