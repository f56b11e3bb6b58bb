// The templates of the task as they were when it ran.
import { EmptyState } from '../../ui/feedback';
import { Card } from '../../ui/layout';
import { Code } from './code';
import { fieldText, languageOf } from './highlight';
import { useTask } from './queries';
import { t } from './text';

export default function RenderedTab() {
  const task = useTask().data;
  if (!task) return null;
  const fields = Object.entries(task.rendered_fields ?? {});
  if (fields.length === 0)
    return (
      <EmptyState title={t('no_rendered')}>{t(task.start_date ? 'no_rendered_hint' : 'not_rendered_yet')}</EmptyState>
    );
  return fields.map(([name, value]) => {
    const text = fieldText(value);
    return (
      <Card key={name} title={name} flush>
        <Code text={text} language={languageOf(name, text)} label={name} />
      </Card>
    );
  });
}
