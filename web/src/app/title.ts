// The document's title: the innermost page's part first. Pages nest, and each sets its own part.
import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';

/** How many pages a page lies in. */
export const Depth = createContext(0);

const parts: (string | undefined)[] = [];
const listeners = new Set<() => void>();

const whole = () => [...parts.filter(Boolean).toReversed(), 'Gale'].join(' · ');

function put(depth: number, part: string | undefined) {
  parts[depth] = part;
  document.title = whole();
  for (const listener of listeners) listener();
}

export function useTitle(part: string): void {
  const depth = useContext(Depth);
  useEffect(() => {
    put(depth, part);
    return () => put(depth, undefined);
  }, [depth, part]);
}

/** As the document has it, for who hears the page and does not see it change. */
export const useDocumentTitle = (): string =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => document.title,
  );
