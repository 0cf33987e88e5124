import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const DESK = { width: 1280, height: 900 };
const SEEN_MAX_MS = 60_000;

/** The county's page in a real Chromium, with what it complained of and a folder of screenshots. */
export class CountyPage {
  readonly page: Page;
  /** Uncaught errors, and what it wrote to the console as an error. */
  readonly complaints: string[] = [];
  /** How often it was loaded. */
  loads = 0;
  readonly #browser: Browser;
  readonly #screenshots: string;

  private constructor(browser: Browser, page: Page, name: string) {
    this.page = page;
    this.#browser = browser;
    this.#screenshots = mkdtempSync(join(tmpdir(), `sealwatch-${name}-`));
    page.on("load", () => this.loads++);
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
  }

  /** Opens a path of the cloud at `httpPort`; `name` is that of the screenshots' folder. */
  static async open(
    httpPort: number,
    name: string,
    { path = "/", viewport = DESK } = {},
  ): Promise<CountyPage> {
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    const county = new CountyPage(browser, await browser.newPage({ viewport }), name);
    await county.page.goto(`http://127.0.0.1:${httpPort}${path}`);
    return county;
  }

  /** Waits for a text. A string is looked for anywhere in a text. */
  sees(text: string | RegExp): Promise<void> {
    return seen(this.page.getByText(text));
  }

  /** Waits for an element whose whole text this is. */
  seesExactly(text: string): Promise<void> {
    return seen(this.page.getByText(text, { exact: true }));
  }

  /** Waits until no element has the text. */
  seesNoMore(text: string | RegExp): Promise<void> {
    return this.page.getByText(text).first().waitFor({ state: "detached", timeout: SEEN_MAX_MS });
  }

  async shoot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(this.#screenshots, `${name}.png`), fullPage: true });
  }

  async close(): Promise<void> {
    await this.#browser.close();
    console.log(`screenshots in ${this.#screenshots}`);
  }
}

function seen(locator: Locator): Promise<void> {
  return locator.first().waitFor({ state: "visible", timeout: SEEN_MAX_MS });
}
