// Browsers cut elements at about 33 million pixels (Firefox: 17), place them inexactly long before that, and a log of a
// million lines is longer. So the scrolled element is at most MAX_HEIGHT high, and its scrollbar is a scale: near it, one pixel of the wheel is one pixel of the
// text; the bar itself moves by share.

export const ROW_HEIGHT = 18;
export const MAX_HEIGHT = 4_000_000;

export interface Scale {
  /** Of the scrolled element, in pixels. */
  height: number;
  /** The row, with a fraction, whose top is at the viewport's top. */
  rowAt: (scroll_top: number) => number;
  scrollAt: (row: number) => number;
}

export function scaleOf(rows: number, viewport: number): Scale {
  const full = rows * ROW_HEIGHT;
  const height = Math.min(full, MAX_HEIGHT);
  const range = Math.max(1, height - viewport);
  const factor = Math.max(1, full - viewport) / range;
  return {
    height,
    rowAt: (scroll_top) => (Math.max(0, Math.min(scroll_top, range)) * factor) / ROW_HEIGHT,
    scrollAt: (row) => Math.max(0, Math.min((row * ROW_HEIGHT) / factor, range)),
  };
}
