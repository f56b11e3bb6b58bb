import { useMemo } from 'react';
import { useShownTheme } from '../../../app/settings';
import { readColours, marksOf, type Colours } from './marks';

interface Marks {
  colours: Colours;
  marks: Map<string, HTMLCanvasElement>;
}

/** The colours and marks of the theme that is shown. */
export function useMarks(): Marks {
  const theme = useShownTheme();
  return useMemo(() => {
    const colours = readColours();
    return { theme, colours, marks: marksOf(colours, devicePixelRatio) };
  }, [theme]);
}
