import { type AlertView, API_PREFIX, alertSchema, type SiteDetail, siteDetailSchema } from "@sealwatch/cloud";
import { z } from "zod";
import { serverSentEvents } from "./server-sent-events.ts";

/** What a page or a duty officer does over HTTP, as far as the demo and the tests need it. */
export class CountyClient {
  readonly #base: string;

  constructor(httpPort: number) {
    this.#base = `http://127.0.0.1:${httpPort}${API_PREFIX}`;
  }

  async site(id: string): Promise<SiteDetail> {
    return siteDetailSchema.parse(await this.#get(`/sites/${id}`));
  }

  async alerts(): Promise<AlertView[]> {
    return z.array(alertSchema).parse(await this.#get("/alerts"));
  }

  async acceptBaseline(site: string, by: string): Promise<void> {
    const response = await fetch(`${this.#base}/sites/${site}/baseline/accept`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ by }),
    });
    if (!response.ok) throw new Error(`the baseline was not accepted: ${await response.text()}`);
  }

  /** Every alert as it is raised or changes from now on, by the server-sent events, until `signal` aborts. */
  async alertEvents(signal: AbortSignal): Promise<AsyncGenerator<AlertView>> {
    return alertsOf(await fetch(`${this.#base}/events`, { signal }));
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(this.#base + path);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status}`);
    return response.json();
  }
}

async function* alertsOf(response: Response): AsyncGenerator<AlertView> {
  for await (const alert of serverSentEvents(response, "alert")) yield alertSchema.parse(alert);
}
