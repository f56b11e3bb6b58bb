import { LoaderCircle, type LucideIcon } from 'lucide-react';
import type { ButtonHTMLAttributes, Ref } from 'react';
import { Link, type LinkProps } from '../app/navigation';
import { classes } from './classes';
import styles from './button.module.css';
import { Tooltip } from './tooltip';

type Variant = 'primary' | 'default' | 'danger' | 'quiet';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: Variant;
  icon?: LucideIcon;
  /** Its work is under way: it says so and takes no second click. */
  busy?: boolean;
  small?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({
  variant = 'default',
  icon: Icon,
  busy,
  small,
  children,
  className,
  onClick,
  ...rest
}: ButtonProps) {
  const Shown = busy ? LoaderCircle : Icon;
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={classes(styles.button, styles[variant], small && styles.small, className)}
    >
      {Shown && <Shown aria-hidden className={busy ? styles.spin : undefined} />}
      {children}
    </button>
  );
}

/** An icon alone; `label` is its name and its tooltip. */
export function IconButton({
  label,
  icon: Icon,
  className,
  busy,
  pressed,
  children,
  ...rest
}: Omit<ButtonProps, 'variant'> & { label: string; icon: LucideIcon; pressed?: boolean }) {
  const Shown = busy ? LoaderCircle : Icon;
  return (
    <Tooltip content={label}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-pressed={pressed}
        className={classes(styles.button, styles.quiet, styles.icon, className)}
      >
        <Shown aria-hidden className={busy ? styles.spin : undefined} />
        {children}
      </button>
    </Tooltip>
  );
}

/** A link that looks like a button. */
export function ButtonLink({
  variant = 'default',
  icon: Icon,
  small,
  children,
  className,
  ...rest
}: LinkProps & { variant?: Variant; icon?: LucideIcon; small?: boolean }) {
  return (
    <Link {...rest} className={classes(styles.button, styles[variant], small && styles.small, className)}>
      {Icon && <Icon aria-hidden />}
      {children}
    </Link>
  );
}
