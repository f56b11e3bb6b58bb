import { ExternalLink } from 'lucide-react';
import { Link } from '../../../app/navigation';
import { dagsPath } from '../../../app/paths';
import type { DagDetails } from '../../../api/queries/dag';
import styles from './frame.module.css';
import { t } from './text';

/** A DAG file is free to write any text: only what leads to a page or a mail is made a link. */
function safeLink(href: string | undefined): string | undefined {
  if (!href) return undefined;
  try {
    return ['https:', 'http:', 'mailto:'].includes(new URL(href).protocol) ? href : undefined;
  } catch {
    return undefined;
  }
}

export const Owners = ({ dag }: { dag: DagDetails }) => (
  <span className={styles.owners}>
    {dag.owners.map((owner) => {
      const href = safeLink(dag.owner_links?.[owner]);
      return (
        <span key={owner} className={styles.fact}>
          <Link to={dagsPath({ owners: owner })} aria-label={t('owner_is', { owner })}>
            {owner}
          </Link>
          {href && (
            <a href={href} target="_blank" rel="noopener noreferrer" aria-label={t('owner_link', { owner })}>
              <ExternalLink aria-hidden />
            </a>
          )}
        </span>
      );
    })}
  </span>
);
