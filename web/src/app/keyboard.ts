// The key map. A page adds its keys with useKeys; `?` shows all that hold where one is. Keys are not read while one
// types or a dialog is open, and can be turned off (WCAG 2.1.4).
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { getSettings } from './settings';

export interface KeyAction {
  /** 'g d', '?', 'Escape', 'ctrl+k', 'shift+n': a key, or two one after the other. */
  keys: string;
  label: string;
  group: string;
  run: () => void;
  /** Held to also while a dialog is open or one types. */
  always?: boolean;
}

const SEQUENCE_MS = 1200;
let actions: readonly KeyAction[] = [];
const listeners = new Set<() => void>();
const tell = () => listeners.forEach((listener) => listener());

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
export const useKeyActions = (): readonly KeyAction[] => useSyncExternalStore(subscribe, () => actions);

export function useKeys(wanted: KeyAction[]): void {
  const latest = useRef(wanted);
  latest.current = wanted;
  const names = wanted.map((action) => `${action.keys}\t${action.label}`).join('\n');
  useEffect(() => {
    const mine = latest.current.map((action, at) => ({ ...action, run: () => latest.current[at]?.run() }));
    actions = [...actions, ...mine];
    tell();
    return () => {
      actions = actions.filter((action) => !mine.includes(action));
      tell();
    };
  }, [names]);
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !/^(checkbox|radio|button)$/.test(target.getAttribute('type') ?? '');

/** With shift for letters only: of signs ('?') it is a part. */
const nameOf = (event: KeyboardEvent) =>
  (event.ctrlKey || event.metaKey ? 'ctrl+' : '') +
  (event.shiftKey && /^\p{L}$/u.test(event.key) ? 'shift+' : '') +
  (event.key.length === 1 ? event.key.toLowerCase() : event.key);

export function startKeyboard(): () => void {
  let first = '';
  let at = 0;
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    const name = nameOf(event);
    const is_plain = !name.startsWith('ctrl+');
    const blocked = isTyping(event.target) || document.querySelector('[role=dialog],[role=alertdialog],[role=menu]');
    const sequence = performance.now() - at < SEQUENCE_MS && first ? `${first} ${name}` : '';
    // The newest wins: a page's over the frame's.
    const action = actions.findLast(
      (candidate) =>
        (candidate.keys === name || candidate.keys === sequence) &&
        (candidate.always || !blocked) &&
        (!is_plain || candidate.always || getSettings().shortcuts),
    );
    first = blocked || event.key === 'Shift' ? '' : name;
    at = performance.now();
    if (!action) return;
    first = '';
    event.preventDefault();
    action.run();
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}
