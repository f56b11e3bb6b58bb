import { CopyButton } from '../../ui/layout';
import { tokensOf, type Language } from './highlight';
import styles from './task_instance.module.css';

const MOST_HIGHLIGHTED = 200_000;

interface CodeProps {
  text: string;
  language: Language;
  label: string;
  /** false: what is around it copies. */
  copies?: boolean;
}

/** A text in colour, with a button that copies it. */
export function Code({ text, language, label, copies = true }: CodeProps) {
  const tokens = tokensOf(text, text.length > MOST_HIGHLIGHTED ? 'text' : language);
  return (
    <div className={styles.code}>
      <pre tabIndex={0} aria-label={label} role="region">
        <code>
          {tokens.map((token, at) =>
            token.kind ? (
              <span key={at} className={styles[token.kind]}>
                {token.text}
              </span>
            ) : (
              token.text
            ),
          )}
        </code>
      </pre>
      {copies && (
        <div className={styles.copy}>
          <CopyButton text={text} />
        </div>
      )}
    </div>
  );
}
