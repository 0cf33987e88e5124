import type { Measurand } from "../plant/measurands.ts";
import type { Plant } from "../plant/plant.ts";
import type { AnswerLog } from "./answer-log.ts";
import { loopCurrentMa } from "./current-loop.ts";
import { type DeviceConfig, MAINS_CONTACT } from "./device-config.ts";
import type { ContactInput, CurrentInput, Quantity, ValueRow } from "./register-table.ts";

const MS_PER_S = 1000;
const LITRES_PER_M3 = 1000;
/** A number is shown as so many hundredths of a kWh. */
const NUMBERS_PER_KWH = 100;
/** A litre that sums of fractions miss by rounding is a litre. */
const ROUNDING_L = 1e-6;

/** The measuring part of a device: what it shows of the plant, and the properties that tampering changes. */
export class Instrument {
  readonly #config: DeviceConfig;
  readonly #plant: Plant;
  readonly #answers: AnswerLog | null;
  #serialNumber: number;
  #ctRatio: number;
  #clockAheadS = 0;
  /** What its counters stood at when it was hung here, against the plant's own. */
  #countedBeforeKwh = 0;
  #countedBeforeL1Kwh = 0;

  /** With an answer log its counter of energy counts its own answers instead. */
  constructor(config: DeviceConfig, plant: Plant, answers: AnswerLog | null = null) {
    this.#config = config;
    this.#plant = plant;
    this.#answers = answers;
    this.#serialNumber = config.serialNumber;
    this.#ctRatio = config.ctRatio;
  }

  /** False while it is fed by a line that is cut. */
  get powered(): boolean {
    return this.#config.supply !== "mains" || this.#plant.mainsPresent;
  }

  /** Another meter takes its place, counting from zero. */
  swap(serialNumber: number): void {
    this.#serialNumber = serialNumber;
    this.#countedBeforeKwh = this.#measured("importKwh");
    this.#countedBeforeL1Kwh = this.#measured("importL1Kwh");
  }

  setCtRatio(ratio: number): void {
    this.#ctRatio = ratio;
  }

  /** Seconds ahead of the right time, from now on. */
  setClock(aheadS: number): void {
    this.#clockAheadS = aheadS;
  }

  /** The local time that its clock shows, as if it were UTC. */
  get localMs(): number {
    return this.#plant.localMs + this.#clockAheadS * MS_PER_S;
  }

  /** What a row shows, before its scale: on the secondary side where the row is. */
  showingRow({ quantity, secondaryOf }: Pick<ValueRow, "quantity" | "secondaryOf">): number {
    const ct = secondaryOf === "ct" || secondaryOf === "ct-pt" ? this.#config.ctRatio : 1;
    const pt = secondaryOf === "pt" || secondaryOf === "ct-pt" ? this.#config.ptRatio : 1;
    return this.showing(quantity) / (ct * pt);
  }

  /** What it shows of a quantity now, on the primary side. */
  showing(quantity: Quantity): number {
    switch (quantity) {
      case "unitAddress":
        return this.#config.unit ?? 0;
      case "serialNumber":
        return this.#serialNumber;
      case "ctRatio":
        return this.#ctRatio;
      case "ptRatio":
        return this.#config.ptRatio;
      case "waterPulses":
        return Math.floor(this.#measured("waterM3") * LITRES_PER_M3 + ROUNDING_L);
      case "importKwh":
        return this.#numbered() ?? this.#measured("importKwh") - this.#countedBeforeKwh;
      case "importL1Kwh":
        return this.#numbered() ?? this.#measured("importL1Kwh") - this.#countedBeforeL1Kwh;
    }
    if (isContactInput(quantity)) return this.#contact(this.#config.inputs[Number(quantity[5])]);
    if (isCurrentInput(quantity)) return loopCurrentMa(this.#config.loops[Number(quantity[7])], this.#plant);
    return this.#measured(quantity);
  }

  #measured(measurand: Measurand): number {
    return this.#plant.measure(measurand, this.#config.feeder);
  }

  #numbered(): number | undefined {
    const number = this.#answers?.next(this.#config.unit ?? 0);
    return number === undefined ? undefined : number / NUMBERS_PER_KWH;
  }

  /** 1 is closed. An input that nothing is wired to is open. */
  #contact(contact: string | undefined): number {
    if (contact === undefined) return 0;
    const closed = contact === MAINS_CONTACT ? this.#plant.mainsPresent : this.#plant.contactClosed(contact);
    return closed ? 1 : 0;
  }
}

function isContactInput(quantity: Quantity): quantity is ContactInput {
  return /^input\d$/.test(quantity);
}

function isCurrentInput(quantity: Quantity): quantity is CurrentInput {
  return /^current\dMa$/.test(quantity);
}
