// How a person likes logs: kept on this browser, for all logs.
import { useState } from 'react';

export interface LogSettings {
  wrap: boolean;
  show_time: boolean;
  show_source: boolean;
}

const KEY = 'gale.logs';

function read(): LogSettings {
  const is_narrow = globalThis.matchMedia?.('(max-width: 700px)').matches ?? false;
  const usual = { wrap: is_narrow, show_time: !is_narrow, show_source: false };
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<LogSettings>) };
  } catch {
    return usual; // storage is forbidden, or holds another program's text
  }
}

export function useLogSettings(): [LogSettings, (change: Partial<LogSettings>) => void] {
  const [settings, set] = useState(read);
  const change = (part: Partial<LogSettings>) => {
    const next = { ...settings, ...part };
    set(next);
    try {
      localStorage.setItem(KEY, JSON.stringify(next));
    } catch {
      // Forbidden storage: the choice holds while the page is open.
    }
  };
  return [settings, change];
}
