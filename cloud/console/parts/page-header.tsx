import type { Me } from "../../api/contract.ts";
import { useNow } from "../store/use-now.ts";
import { clockText, fullMomentText, offsetText } from "../view/time-text.ts";
import { Bi } from "./bi.tsx";

const STREAM = {
  connecting: { zh: "连接中", en: "connecting" },
  live: { zh: "实时", en: "live" },
  reconnecting: { zh: "重连中", en: "reconnecting" },
} as const;

interface HeaderProps {
  readonly stream: keyof typeof STREAM;
  readonly utcOffsetMin: number;
  readonly me: Me | null;
  readonly onSignOut: () => void;
}

/** The product's name, the state of the live stream, and the clock at the site. */
export function PageHeader(props: HeaderProps) {
  const nowMs = useNow(1000);
  const words = STREAM[props.stream];
  return (
    <header class="page-header">
      <a class="brand" href="#/">
        <img src="/assets/console/icon.svg" width="24" height="24" alt="" />
        <span class="brand-name" lang="zh">
          封哨
        </span>
        <span class="brand-en" lang="en">
          Sealwatch
        </span>
      </a>
      {props.me?.permissions.includes("case.read") && (
        <a class="header-link" href="#/cases">
          <Bi zh="处置单" en="Cases" />
        </a>
      )}
      <span class={`stream stream-${props.stream}`} role="status">
        <span class="stream-dot" aria-hidden="true" />
        <Bi zh={words.zh} en={words.en} />
      </span>
      <time class="page-clock">
        <span class="page-date">{fullMomentText(nowMs, props.utcOffsetMin).slice(0, 10)}</span>
        <span class="page-time">{clockText(nowMs, props.utcOffsetMin)}</span>
        <span class="page-zone">{offsetText(props.utcOffsetMin)}</span>
      </time>
      {props.me?.via === "session" && (
        <button type="button" class="button sign-out" title={props.me.name} onClick={props.onSignOut}>
          <span class="sign-out-name">{props.me.name} ·</span> <Bi zh="退出" en="sign out" />
        </button>
      )}
    </header>
  );
}
