// What comes while one follows a log, for a screen reader: the last lines, at most every two seconds.
import { useEffect, useRef, useState } from 'react';
import type { LogSource } from './log_source';
import { t } from './text';

const EVERY_MS = 2000;
const AT_MOST = 3;

export function LiveLines({ source, is_on }: { source: LogSource; is_on: boolean }) {
  const [texts, setTexts] = useState<string[]>([]);
  const told = useRef(source.lines);
  const { lines } = source;
  useEffect(() => {
    if (!is_on) {
      told.current = lines;
      return undefined;
    }
    if (lines <= told.current) return undefined;
    const timer = setTimeout(() => {
      const from = Math.max(told.current, source.lines - AT_MOST);
      const shown = Array.from({ length: source.lines - from }, (_, at) => source.line(from + at)?.text ?? '');
      told.current = source.lines;
      setTexts(shown.filter(Boolean));
    }, EVERY_MS);
    return () => clearTimeout(timer);
  }, [is_on, lines > told.current, source]); // oxlint-disable-line react/exhaustive-deps -- a timer a burst, not a line
  return (
    <div role="log" aria-label={t('live_lines')} className="visually-hidden">
      {texts.map((text, at) => (
        <p key={at}>{text}</p>
      ))}
    </div>
  );
}
