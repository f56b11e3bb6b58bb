import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { expect, test } from 'vitest';
import { Depth, useTitle } from './title';

function Titled({ part, depth = 0, children }: { part: string; depth?: number; children?: ReactNode }) {
  useTitle(part);
  return <Depth value={depth + 1}>{children}</Depth>;
}

test('the innermost page comes first, and goes with it', () => {
  const { rerender, unmount } = render(
    <Titled part="chain">
      <Titled part="Graph" depth={1} />
    </Titled>,
  );
  expect(document.title).toBe('Graph · chain · Gale');
  rerender(<Titled part="wide" />);
  expect(document.title).toBe('wide · Gale');
  unmount();
  expect(document.title).toBe('Gale');
});
