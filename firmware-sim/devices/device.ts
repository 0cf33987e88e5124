import { type Dlt645Frame, decodeModbusRequest, encodeExceptionResponse } from "@sealwatch/protocols";
import type { Plant } from "../plant/plant.ts";
import type { AnswerLog } from "./answer-log.ts";
import type { DeviceConfig } from "./device-config.ts";
import { asksForIdentification, identificationResponse } from "./device-identification.ts";
import { isDlt645Model } from "./dlt645-data.ts";
import { dlt645Answer, dlt645Error } from "./dlt645-meter.ts";
import type { DeviceFault } from "./fault.ts";
import { Instrument } from "./instrument.ts";
import { MODEL_TABLES } from "./model-tables.ts";
import { registerImage } from "./register-image.ts";

const EXCEPTION_FLAG = 0x80;

/** What happens to an answer on its way: nothing when all are at rest. */
export interface ReplyDamage {
  readonly badChecksum: boolean;
  readonly droppedBytes: number;
  /** Another device with the same address answers at the same moment. */
  readonly clash: boolean;
}

/** What a device answers, how late, and what becomes of it. */
export interface Reply<Answer> {
  readonly answer: Answer;
  readonly lateMs: number;
  readonly damage: ReplyDamage;
}

/** A device on the line. It speaks Modbus or DL/T 645 and keeps silent in the other. The plant must stand at the right time. */
export interface Device {
  readonly config: DeviceConfig;
  /** A fault on command, with its value where it takes one. */
  fault(verb: DeviceFault, value: number): void;
  /** All faults end; a swapped meter stays swapped, a changed ratio changed and a set clock set. */
  restore(): void;
  /** The response PDU to a request PDU; null when nobody answers. */
  modbus(pdu: Uint8Array): Reply<Uint8Array> | null;
  dlt645(frame: Dlt645Frame): Reply<Dlt645Frame> | null;
}

/** Wires a device to the plant it measures. */
export function createDevice(config: DeviceConfig, plant: Plant, answers: AnswerLog | null = null): Device {
  const instrument = new Instrument(config, plant, answers);
  const active = new Map<DeviceFault, number>();
  const reply = <Answer>(answer: Answer): Reply<Answer> => ({
    answer,
    lateMs: active.get("late") ?? 0,
    damage: {
      badChecksum: active.has("bad-crc"),
      droppedBytes: active.get("drop-bytes") ?? 0,
      clash: active.has("clash"),
    },
  });
  const mute = () => active.has("silence") || !instrument.powered;
  const modbusAnswer = modbusPart(config, instrument);
  return {
    config,
    fault(verb, value) {
      if (verb === "meter-swap") instrument.swap(value);
      else if (verb === "ct-ratio") instrument.setCtRatio(value);
      else if (verb === "clock-set") instrument.setClock(value);
      else active.set(verb, value);
    },
    restore: () => active.clear(),
    modbus(pdu) {
      if (!modbusAnswer || mute()) return null;
      const code = active.get("exception");
      if (code !== undefined) return reply(Uint8Array.of((pdu[0] ?? 0) | EXCEPTION_FLAG, code));
      return reply(modbusAnswer(pdu));
    },
    dlt645(frame) {
      const { model, address } = config;
      if (!isDlt645Model(model) || address === undefined || mute()) return null;
      const answer = dlt645Answer(frame, address, model, instrument);
      const code = active.get("exception");
      if (answer && code !== undefined) return reply(dlt645Error(frame, address, code));
      return answer && reply(answer);
    },
  };
}

function modbusPart(
  { model }: DeviceConfig,
  instrument: Instrument,
): ((pdu: Uint8Array) => Uint8Array) | null {
  if (isDlt645Model(model)) return null;
  const table = MODEL_TABLES[model];
  const image = registerImage(table, (row) => instrument.showingRow(row));
  return (pdu) => {
    if (asksForIdentification(pdu)) return identificationResponse(pdu, table.identification);
    const request = decodeModbusRequest(pdu);
    if ("exception" in request) return encodeExceptionResponse(request.functionCode, request.exception);
    return image.answer(request);
  };
}
