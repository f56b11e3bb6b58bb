// The keys that hold on this page.
import { Kbd } from '../ui/layout';
import { Dialog } from '../ui/overlay';
import styles from './help_dialog.module.css';
import { useKeyActions } from './keyboard';
import { t } from './text';

export default function HelpDialog({ onOpenChange }: { onOpenChange: (open: boolean) => void }) {
  const actions = useKeyActions();
  const groups = [...new Set(actions.map((action) => action.group))];
  return (
    <Dialog open onOpenChange={onOpenChange} title={t('help')} description={t('help_hint')} size="large">
      <div className={styles.groups}>
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {actions
                .filter((action) => action.group === group)
                .map((action) => (
                  <div key={action.keys}>
                    <dt>
                      <Kbd keys={action.keys} />
                    </dt>
                    <dd>{action.label}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
