// Short messages about what was done. toast('Paused 3 DAGs'); toast.failed(error). Those of failures stay until closed.
import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { asFailure } from '../api/failure';
import { Button, IconButton } from './button';
import { t } from './text';
import styles from './toast.module.css';

interface Toast {
  id: number;
  kind: 'done' | 'failed';
  text: string;
  action?: { label: string; run: () => void } | undefined;
}

const SHOWN_MS = 6000;
let toasts: readonly Toast[] = [];
let last_id = 0;
const listeners = new Set<() => void>();
const timers = new Map<number, ReturnType<typeof setTimeout>>();

function put(next: readonly Toast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}
function close(id: number) {
  clearTimeout(timers.get(id));
  timers.delete(id);
  put(toasts.filter((each) => each.id !== id));
}
function closeLater(id: number) {
  clearTimeout(timers.get(id));
  timers.set(
    id,
    setTimeout(() => close(id), SHOWN_MS),
  );
}
function add(kind: Toast['kind'], text: string, action?: Toast['action']) {
  const id = ++last_id;
  put([...toasts.slice(-3), { id, kind, text, action }]);
  if (kind === 'done') closeLater(id);
}

export function toast(text: string, action?: { label: string; run: () => void }): void {
  add('done', text, action);
}
/** `what` says what was attempted. */
toast.failed = (error: unknown, what?: string): void => {
  const failure = asFailure(error);
  const reason =
    failure.sentences.join(' ') || (failure.is_unreachable ? t('unreachable') : `${t('refused')} (${failure.status})`);
  add('failed', what ? `${what}: ${reason}` : reason);
};

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => toasts,
  );
  const hold = () => shown.forEach((each) => clearTimeout(timers.get(each.id)));
  const release = () => shown.filter((each) => each.kind === 'done').forEach((each) => closeLater(each.id));
  return (
    <section
      className={styles.region}
      aria-label={t('messages')}
      aria-live="polite"
      onPointerEnter={hold}
      onPointerLeave={release}
      onFocus={hold}
      onBlur={release}
    >
      {shown.map(({ id, kind, text, action }) => (
        <div key={id} className={`${styles.toast} ${styles[kind]}`} role={kind === 'failed' ? 'alert' : 'status'}>
          {kind === 'failed' ? <CircleAlert aria-hidden /> : <CircleCheck aria-hidden />}
          <p>{text}</p>
          {action && (
            <Button
              small
              onClick={() => {
                close(id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          )}
          <IconButton label={t('close')} icon={X} onClick={() => close(id)} />
        </div>
      ))}
    </section>
  );
}
