import type { RegisterTable } from "./register-table.ts";

/**
 * TUF-2000M ultrasonic flow meter: holding registers, 32 bits LOW word first, addresses one below the manual's register numbers. Map as
 * in the user manual of its sister TUF-2000F, 5.1.1, which says that the flow is in m³/h whatever the display shows; numbering, word
 * order and the signal's registers as in igrowing/tuf2000 and in the register dumps of jahlqvis/TUF-2000M. The totals are left out:
 * their unit is a setting.
 */
export const tuf2000m: RegisterTable = {
  areas: [{ functionCode: 3, from: 0x0000, to: 0x0063 }],
  quantityMax: 100,
  rows: [
    { functionCode: 3, address: 0x0000, type: "f32", quantity: "waterM3PerHour", lowWordFirst: true },
    // Speed of sound in water: 1482 m/s as a float, its words swapped.
    { functionCode: 3, address: 0x0006, type: "u32", constant: 0x4000_44b9 },
    // No error.
    { functionCode: 3, address: 0x0047, type: "u16", constant: 0 },
    // Gain adjusted (step 3), signal quality 85.
    { functionCode: 3, address: 0x005b, type: "u16", constant: 0x0355 },
    // Strength of the signal up and down, of 2047.
    { functionCode: 3, address: 0x005c, type: "u16", constant: 1600 },
    { functionCode: 3, address: 0x005d, type: "u16", constant: 1604 },
    // Measured over calculated travel time: 100 % as a float, its words swapped.
    { functionCode: 3, address: 0x0060, type: "u32", constant: 0x0000_42c8 },
  ],
};
