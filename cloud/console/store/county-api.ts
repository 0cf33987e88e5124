import type { CaseDetail, CaseItem } from "../../api/case-contract.ts";
import type { AlertDigest, AlertView, ChartView, Me, SiteDetail, SiteSummary } from "../../api/contract.ts";
import type { Stretch } from "../view/stretch.ts";

/** A failed request: the API's own words when it gave any. Status 0: the server could not be reached. */
export class RequestFailure extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** What the event stream tells. `opened` comes with each new connection, `lost` each time one breaks. */
interface EventHandlers {
  opened(): void;
  lost(): void;
  site(site: SiteSummary): void;
  alert(alert: AlertView): void;
  /** Late alerts came together: the lists have to be read again. */
  digest(digest: AlertDigest): void;
  /** A case was opened or changed. */
  case(): void;
  reset(): void;
}

const PREFIX = "/api/v1";

/** Everything this page asks of the county's API. Reads reject with RequestFailure. */
export const countyApi = {
  me: async () => knowMe(await read<Me>("/session")),
  signIn: async (name: string, password: string, code: string | null) =>
    knowMe((await (await send("POST", "/session", { name, password, code })).json()) as Me),
  signOut: async (): Promise<void> => void (await send("DELETE", "/session", {})),
  changePassword: async (current: string, next: string): Promise<void> =>
    void (await send("POST", "/session/password", { current, next })),
  cases: async () => (await read<{ items: CaseItem[] }>("/cases?limit=100")).items,
  case: (id: string) => read<CaseDetail>(`/cases/${encodeURIComponent(id)}`),
  actOnCase: async (id: string, version: number, act: string, body: object): Promise<void> =>
    void (await send("POST", `/cases/${encodeURIComponent(id)}/${act}`, body, {
      "if-match": `"v${version}"`,
    })),
  sites: readSites,
  site: (id: string) => read<SiteDetail>(`/sites/${encodeURIComponent(id)}`),
  alerts: (id: string) => read<AlertView[]>(`/sites/${encodeURIComponent(id)}/alerts`),
  chart: (id: string, window: Stretch, points: number) =>
    read<ChartView>(
      `/sites/${encodeURIComponent(id)}/chart?fromMs=${window.fromMs}&toMs=${window.toMs}&points=${points}`,
    ),
  acceptBaseline: async (id: string, by: string, instrumentsOnly: boolean): Promise<void> => {
    await send("POST", `/sites/${encodeURIComponent(id)}/baseline/accept`, {
      ...(by === "" ? {} : { by }),
      ...(instrumentsOnly ? { instrumentsOnly } : {}),
    });
  },
  relearnBaseline: async (id: string, reason: string): Promise<void> => {
    await send("POST", `/sites/${encodeURIComponent(id)}/baseline/relearn`, { reason });
  },
  events: openEvents,
};

export type CountyApi = typeof countyApi;

/** What shows that a request comes from this page; known with who is signed in. */
let csrf = "";

function knowMe(me: Me): Me {
  csrf = me.csrf ?? "";
  return me;
}

function send(
  method: string,
  path: string,
  body: object,
  more: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const headers = { "content-type": "application/json", "x-csrf-token": csrf, ...more };
  return request(path, { method, headers, body: JSON.stringify(body) });
}

/** Every site that this user may see, page by page. */
async function readSites(): Promise<SiteSummary[]> {
  const sites: SiteSummary[] = [];
  for (let after = ""; ; ) {
    const page = await read<{ items: SiteSummary[]; next: string | null }>(`/sites?limit=200${after}`);
    sites.push(...page.items);
    if (page.next === null) return sites;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}

// The page comes from the same server, at the same version, as the API: its shapes are the contract's.
async function read<Shape>(path: string): Promise<Shape> {
  return (await (await request(path)).json()) as Shape;
}

async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(PREFIX + path, init);
  } catch {
    throw new RequestFailure(0, "UNREACHABLE", "连接不上服务器 The server cannot be reached");
  }
  if (!response.ok) throw await failureOf(response);
  return response;
}

async function failureOf(response: Response): Promise<RequestFailure> {
  const body: unknown = await response.json().catch(() => null);
  const problem = typeof body === "object" && body !== null ? body : {};
  const code = "code" in problem ? String(problem.code) : `HTTP_${response.status}`;
  const detail = "detail" in problem ? String(problem.detail) : response.statusText;
  return new RequestFailure(response.status, code, detail);
}

/** The browser's EventSource comes back by itself, with Last-Event-ID; only when it gives up do we open another. */
function openEvents(handlers: EventHandlers): void {
  const source = new EventSource(`${PREFIX}/events`);
  source.addEventListener("open", () => handlers.opened());
  source.addEventListener("site", (event) => handlers.site(JSON.parse(event.data)));
  source.addEventListener("alert", (event) => handlers.alert(JSON.parse(event.data)));
  source.addEventListener("digest", (event) => handlers.digest(JSON.parse(event.data)));
  source.addEventListener("case", () => handlers.case());
  source.addEventListener("reset", () => handlers.reset());
  source.addEventListener("error", () => {
    handlers.lost();
    if (source.readyState === EventSource.CLOSED) setTimeout(() => openEvents(handlers), REOPEN_AFTER_MS);
  });
}

const REOPEN_AFTER_MS = 3000;
