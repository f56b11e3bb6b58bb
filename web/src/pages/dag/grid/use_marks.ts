import { useEffect, useMemo, useState } from 'react';
import { useSettings } from '../../../app/settings';
import { readColours, marksOf, type Colours } from './marks';

function useIsDark(): boolean {
  const [is_dark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const listener = () => setDark(query.matches);
    query.addEventListener('change', listener);
    return () => query.removeEventListener('change', listener);
  }, []);
  return is_dark;
}

interface Marks {
  colours: Colours;
  marks: Map<string, HTMLCanvasElement>;
}

/** The colours and marks of the theme that is picked, or the system's. */
export function useMarks(): Marks {
  const { theme } = useSettings();
  const is_dark = useIsDark();
  const look = `${theme} ${is_dark}`;
  return useMemo(() => {
    const colours = readColours();
    return { look, colours, marks: marksOf(colours, devicePixelRatio) };
  }, [look]);
}
