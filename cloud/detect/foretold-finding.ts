import type { ChannelDescription, Notice } from "@sealwatch/protocols";
import type { FindingRecord } from "./finding.ts";
import { DEFAULT_THRESHOLDS } from "./rule-thresholds.ts";
import { contactOpened } from "./rules/contact-opened.ts";
import type { RuleContext } from "./rules/rule.ts";
import { type ContactSubject, subjectsOf } from "./rules/subject.ts";
import { isMeterChange, tampering } from "./rules/tampering.ts";
import type { SiteContext } from "./site-context.ts";

/** What an early copy of an event would make the rules say, or null when it is no sign of anything. It never enters the fold. Pure. */
export function foretoldFinding(notice: Notice, utcMs: number, site: SiteContext): FindingRecord | null {
  const { gateway, epoch, event } = notice;
  const found: FindingRecord[] = [];
  const context: RuleContext = {
    ...{ gateway, site, thresholds: DEFAULT_THRESHOLDS, place: { epoch, seq: 0 } },
    isSettling: () => false,
    isSuspected: () => false,
    emit: (finding) => found.push(finding),
  };
  const subject = contactOf(notice.channel);
  if (event.event === "contact-changed" && subject && event.channel === subject.id) {
    const value = event.value ?? null;
    contactOpened.step(contactOpened.init(subject), subject, { utcMs, value }, context);
  } else if (isMeterChange(event.event)) {
    const { device = "", channel = 0, note = "" } = event;
    tampering({ event: event.event, device, channel, note, utcMs }, context);
  }
  const [first] = found;
  // No segment proves it yet.
  return first ? { ...first, proof: [] } : null;
}

/** True when the notice says that the mains left a feeder that had it. */
export function tellsMainsLost({ event, channel }: Notice): boolean {
  const subject = contactOf(channel);
  return (
    event.event === "contact-changed" &&
    subject?.role === "mains-present" &&
    event.channel === subject.id &&
    subject.normal === 1 &&
    event.value === 0
  );
}

function contactOf(channel: ChannelDescription | null): ContactSubject | null {
  const [subject] = channel ? subjectsOf({ type: "channels", atMs: 0, channels: [channel] }) : [];
  return subject?.kind === "contact" ? subject : null;
}
