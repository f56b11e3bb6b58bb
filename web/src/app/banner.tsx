// Whether the page is live. A short break is not worth a word; a longer one is, and that it is over.
import { useEffect, useState, useSyncExternalStore } from 'react';
import { onStreamState, streamState, wakeEvents } from '../api/events';
import { Button } from '../ui/button';
import styles from './banner.module.css';
import { t } from './text';

const PATIENCE_MS = 2000;
const HEALED_MS = 3000;

export function ConnectionBanner() {
  const state = useSyncExternalStore(onStreamState, streamState);
  const [shown, setShown] = useState<'lost' | 'healed'>();
  useEffect(() => {
    if (state === 'connecting') return undefined;
    if (state === 'open') setShown((before) => (before === 'lost' ? 'healed' : undefined));
    const after = state === 'lost' ? () => setShown('lost') : () => setShown(undefined);
    const timer = setTimeout(after, state === 'lost' ? PATIENCE_MS : HEALED_MS);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <div role="status" className={styles.region}>
      {shown === 'lost' && (
        <div className={`${styles.banner} ${styles.lost}`}>
          <span>{t('lost')}</span>
          <Button small onClick={wakeEvents}>
            {t('reconnect')}
          </Button>
        </div>
      )}
      {shown === 'healed' && <div className={`${styles.banner} ${styles.healed}`}>{t('healed')}</div>}
    </div>
  );
}
