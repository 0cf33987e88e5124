import type { Bilingual } from "../api/contract.ts";

/** Phones between walls are wrong by this much. */
const FAR_M = 500;
/** What a visit's photos may be older, or newer by a clock that is wrong. */
const OLD_MS = 24 * 3_600_000;

/** What a person should know before they believe a photo; it is taken all the same. Pure. */
export function photoWarnings(
  photo: { readonly takenMs: number | null; readonly distanceM: number | null; readonly located: boolean },
  receivedMs: number,
): Bilingual[] {
  const warnings: Bilingual[] = [];
  if (!photo.located)
    warnings.push({ zh: "照片无位置信息", en: "the photo does not say where it was taken" });
  if (photo.distanceM !== null && photo.distanceM > FAR_M) {
    const metres = Math.round(photo.distanceM);
    warnings.push({
      zh: `拍摄位置距厂点 ${metres} 米`,
      en: `taken ${metres} m away from the site`,
    });
  }
  if (photo.takenMs === null) {
    warnings.push({ zh: "照片无拍摄时间", en: "the photo does not say when it was taken" });
  } else if (Math.abs(receivedMs - photo.takenMs) > OLD_MS) {
    warnings.push({
      zh: "拍摄时间与上传时间相差超过一天",
      en: "taken more than a day before or after it was uploaded",
    });
  }
  return warnings;
}
