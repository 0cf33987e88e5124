import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** One file of the console, held in memory: the list is closed, so no path from outside is ever looked up on disk. */
interface ConsoleFile {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly packed: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
};

const VENDOR: Readonly<Record<string, string>> = {
  "preact.js": import.meta.resolve("preact"),
  "preact-hooks.js": import.meta.resolve("preact/hooks"),
  "preact-jsx-runtime.js": import.meta.resolve("preact/jsx-runtime"),
  "uplot.js": new URL("uPlot.esm.js", import.meta.resolve("uplot")).href,
  "uPlot.min.css": new URL("uPlot.min.css", import.meta.resolve("uplot")).href,
};

/** Serves the console at `/` and its files under `/assets/`. Throws when the console has not been built. */
export function registerConsole(app: FastifyInstance): void {
  const files = readConsoleFiles(cloudFolder());
  const page = files.get("/");
  if (page === undefined) throw new Error("cloud/console/index.html is missing");
  const headers = securityHeaders(page.plain.toString("utf8"));
  for (const [url, file] of files) {
    app.get(url, (request, reply) => send(request, reply.headers(headers), file));
  }
}

function send(request: FastifyRequest, reply: FastifyReply, file: ConsoleFile): FastifyReply {
  // File names carry no version, so a browser asks each time; the ETag keeps the answer empty.
  reply.headers({ "cache-control": "no-cache", etag: file.etag, vary: "accept-encoding" });
  if (request.headers["if-none-match"]?.includes(file.etag)) return reply.code(304).send();
  reply.type(file.type);
  const takesGzip = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
  return takesGzip ? reply.header("content-encoding", "gzip").send(file.packed) : reply.send(file.plain);
}

function readConsoleFiles(cloud: string): ReadonlyMap<string, ConsoleFile> {
  const source = join(cloud, "console");
  const built = join(cloud, "dist/console");
  if (!existsSync(join(built, "main.js"))) {
    throw new Error(`the console is not built: ${built}/main.js is missing; run: npm run build`);
  }
  const files = new Map<string, ConsoleFile>([["/", consoleFile(join(source, "index.html"))]]);
  for (const path of [...filesUnder(source, [".css", ".svg"]), ...filesUnder(built, [".js"])]) {
    const root = path.startsWith(built) ? built : source;
    files.set(`/assets/console/${relative(root, path).replaceAll("\\", "/")}`, consoleFile(path));
  }
  for (const [name, url] of Object.entries(VENDOR)) {
    files.set(`/assets/vendor/${name}`, consoleFile(fileURLToPath(url)));
  }
  return files;
}

function filesUnder(folder: string, extensions: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => extensions.includes(extname(name)))
    .map((name) => join(folder, name));
}

function consoleFile(path: string): ConsoleFile {
  const plain = readFileSync(path);
  return {
    type: TYPES[extname(path)] ?? "application/octet-stream",
    etag: `W/"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`,
    plain,
    packed: gzipSync(plain),
  };
}

/** The page may run its own files and the one inline import map, whose hash is taken here; nothing else. */
function securityHeaders(page: string): Record<string, string> {
  const map = /<script type="importmap">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? "";
  const mapHash = createHash("sha256").update(map).digest("base64");
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'sha256-${mapHash}'`,
    "style-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  };
}

/** The cloud package's folder, from the source file as from the built one in dist/. */
function cloudFolder(): string {
  const above = dirname(dirname(fileURLToPath(import.meta.url)));
  return basename(above) === "dist" ? resolve(above, "..") : above;
}
