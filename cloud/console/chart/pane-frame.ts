import type { Stretch } from "../view/stretch.ts";
import type { Palette } from "./palette.ts";

/** What every pane of one chart shares. */
export interface PaneFrame {
  readonly palette: Palette;
  readonly pane: {
    readonly window: Stretch;
    readonly isLowest: boolean;
    readonly utcOffsetMin: number;
    readonly palette: Palette;
    onSelect(fromMs: number, toMs: number): void;
    onDoubleClick(): void;
  };
  onCursor(atMs: number | null): void;
}
