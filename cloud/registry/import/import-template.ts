import { IMPORT_COLUMNS, IMPORT_FIELDS, type SaidOfSite } from "./import-columns.ts";

/** A row that shows how to fill the sheet; invented, and to be deleted. */
const EXAMPLE: Readonly<Record<keyof SaidOfSite, string>> = {
  id: "",
  name: "（示例）青石染化厂",
  nameEn: "Qingshi Dyes",
  region: "青石镇",
  address: "青石镇工业路 3 号",
  category: "已退出企业",
  orderNumber: "云应急〔2026〕8号",
  orderDate: "2026-01-20",
  orderIssuer: "云溪县人民政府",
  longitude: "113.500000",
  latitude: "34.100000",
  borderArea: "否",
  idleLine: "是",
  shouldBeListed: "否",
  contactName: "陈某",
  contactPhone: "13900000000",
  formerLoadKw: "60",
  notes: "",
};

/** The sheet to be filled, as CSV that Excel opens in Chinese: with a byte order mark. */
export function importTemplate(): string {
  const headers = ["序号", ...IMPORT_FIELDS.map((field) => IMPORT_COLUMNS[field].headers[0])];
  const example = ["1", ...IMPORT_FIELDS.map((field) => EXAMPLE[field])];
  return `\ufeff${headers.join(",")}\r\n${example.join(",")}\r\n`;
}
