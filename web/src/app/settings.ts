// What a person has picked on this browser: theme, language, time zone. Kept in localStorage, told to every tab.
import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';
export interface Settings {
  theme: Theme;
  language: string | null;
  /** 'local', 'UTC' or an IANA name; null: the server's default_timezone. */
  time_zone: string | null;
  /** Whether single keys do something. */
  shortcuts: boolean;
}

const KEY = 'gale.settings';
const DEFAULTS: Settings = { theme: 'system', language: null, time_zone: null, shortcuts: true };
const listeners = new Set<() => void>();
// Tests' DOM has no media queries.
const system_is_dark = globalThis.matchMedia?.('(prefers-color-scheme: dark)');
let settings = read();

function read(): Settings {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>) };
  } catch {
    return DEFAULTS; // storage is forbidden, or holds another program's text
  }
}

export const getSettings = (): Settings => settings;

const shownTheme = (): 'light' | 'dark' => {
  if (settings.theme !== 'system') return settings.theme;
  return system_is_dark?.matches ? 'dark' : 'light';
};

export function setSettings(change: Partial<Settings>): void {
  settings = { ...settings, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Forbidden storage: the choice holds until the tab closes.
  }
  tell();
}

function tell() {
  document.documentElement.dataset.theme = shownTheme();
  for (const listener of listeners) listener();
}

export function startSettings(): void {
  tell();
  system_is_dark?.addEventListener('change', tell);
  addEventListener('storage', (event) => {
    if (event.key !== KEY) return;
    settings = read();
    tell();
  });
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export const useSettings = (): Settings => useSyncExternalStore(subscribe, getSettings);

/** The theme that is shown: the one that is picked, or the system's. */
export const useShownTheme = () => useSyncExternalStore(subscribe, shownTheme);
