import type { Messages } from './text';

const files = import.meta.glob<Messages>('./en/*.json', { eager: true, import: 'default' });

export const messages: Record<string, Messages> = Object.fromEntries(
  Object.entries(files).map(([path, content]) => [path.slice('./en/'.length, -'.json'.length), content]),
);
