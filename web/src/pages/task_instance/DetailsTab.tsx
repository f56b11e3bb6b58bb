// Every field of the task instance, by its name in the API.
import { Card, KeyValues } from '../../ui/layout';
import { TimeText } from '../../ui/time';
import { useTask } from './queries';
import styles from './task_instance.module.css';

/** They have tabs of their own. */
const ELSEWHERE = new Set(['rendered_fields', 'note']);
const isTime = (name: string, value: unknown): value is string =>
  typeof value === 'string' && /(_date|_when|_after|_at)$/.test(name) && !Number.isNaN(Date.parse(value));

function valueOf(name: string, value: unknown) {
  if (value === null || value === undefined) return '–';
  if (isTime(name, value)) return <TimeText value={value} form="full" />;
  if (typeof value === 'object') return <code className={styles.extra}>{JSON.stringify(value)}</code>;
  return String(value as string | number | boolean);
}

export default function DetailsTab() {
  const task = useTask().data;
  if (!task) return null;
  return (
    <Card>
      <KeyValues
        items={Object.entries(task)
          .filter(([name]) => !ELSEWHERE.has(name))
          .map(([name, value]) => [name, valueOf(name, value)])}
      />
    </Card>
  );
}
