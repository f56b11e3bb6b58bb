import { describe, expect, it } from 'vitest';
import { parseSearch, stringifySearch } from './router';

describe('the query string', () => {
  it('keeps a name that comes several times, in its order', () => {
    for (const text of ['', '?a=1', '?open=x&open=y&tags=z', '?q=%26%3D+%D1%8F'])
      expect(stringifySearch(parseSearch(text))).toBe(text);
    expect(parseSearch('?open=x&open=y')).toEqual({ open: ['x', 'y'] });
  });
});
