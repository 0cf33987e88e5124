import type { SiteDetail } from "../../api/contract.ts";
import { fullMomentText } from "../view/time-text.ts";
import { Bi } from "./bi.tsx";
import { SignedForm } from "./signed-form.tsx";

interface RemovedDevicesProps {
  removed: SiteDetail["removedDevices"];
  utcOffsetMin: number;
  /** Who signed in, by name; null where nobody does. */
  knownName: string | null;
  /** null: this person may not decide it. */
  onAccept: ((by: string) => Promise<void>) | null;
}

/** Devices that are off their gateway's channel list, put to a person: the site is unknown until then. */
export function RemovedDevices({ removed, utcOffsetMin, knownName, onAccept }: RemovedDevicesProps) {
  if (removed.length === 0) return null;
  const names = removed
    .map(({ device, sinceMs }) => `${device}（${fullMomentText(sinceMs, utcOffsetMin).slice(0, 16)}）`)
    .join("、");
  const told = (
    <Bi
      zh={`不再在网关通道表中的设备：${names}。它们测的内容从此不明，判定为“不明”，直到重新列入或有人确认现有设备。确认前请核实由谁、为何移除。`}
      en="Devices that are off the gateway's channel list: what they measured is unknown until they are listed again or a person accepts the site with the instruments that are left. Find out first who took them off, and why."
    />
  );
  if (onAccept === null) return <p class="baseline-text">{told}</p>;
  return (
    <SignedForm
      id="instruments-accepted-by"
      button={{ zh: "已核实，确认现有设备", en: "Accept what is left" }}
      knownName={knownName}
      onSign={onAccept}
    >
      {told}
    </SignedForm>
  );
}
