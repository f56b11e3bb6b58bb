// What lies over the page: Popover, Menu, Dialog, Confirm. Radix' parts, without those that would write <style>
// tags, which the Content-Security-Policy refuses: no Overlay, no modal menu. The page behind is held by CSS (base.css).
import { X, type LucideIcon } from 'lucide-react';
import { Dialog as RadixDialog, DropdownMenu, Popover as RadixPopover, VisuallyHidden } from 'radix-ui';
import { useState, type FormEvent, type ReactElement, type ReactNode } from 'react';
import { Button } from './button';
import { classes } from './classes';
import { FailureNotice } from './feedback';
import styles from './overlay.module.css';
import { t } from './text';

export function Popover({ trigger, label, align = 'end', children, open, onOpenChange }: PopoverProps) {
  return (
    <RadixPopover.Root {...(open === undefined ? {} : { open })} {...(onOpenChange ? { onOpenChange } : {})}>
      <RadixPopover.Trigger asChild>{trigger}</RadixPopover.Trigger>
      <RadixPopover.Portal>
        <RadixPopover.Content
          className={styles.popover}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          aria-label={label}
        >
          {children}
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  );
}
interface PopoverProps {
  trigger: ReactElement;
  label: string;
  align?: 'start' | 'end';
  children: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

export type MenuItem =
  | { label: string; icon?: LucideIcon; onSelect: () => void; danger?: boolean; disabled?: boolean; checked?: boolean }
  | 'separator';

/** Entries that are undefined or false are left out: `may_delete && {…}`. */
export function Menu({ trigger, items, align = 'end' }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={styles.menu} align={align} sideOffset={4} collisionPadding={8}>
          {items.map((item, at) => {
            if (!item) return null;
            if (item === 'separator') return <DropdownMenu.Separator key={at} className={styles.separator} />;
            const { label, icon: Icon, onSelect, danger, disabled = false, checked } = item;
            const shown = (
              <>
                {Icon && <Icon aria-hidden />}
                {label}
              </>
            );
            const look = classes(styles.item, danger && styles.danger, checked && styles.checked);
            return checked === undefined ? (
              <DropdownMenu.Item key={label} className={look} disabled={disabled} onSelect={onSelect}>
                {shown}
              </DropdownMenu.Item>
            ) : (
              <DropdownMenu.CheckboxItem
                key={label}
                className={look}
                disabled={disabled}
                checked={checked}
                onSelect={onSelect}
              >
                {shown}
              </DropdownMenu.CheckboxItem>
            );
          })}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
interface MenuProps {
  trigger: ReactElement;
  items: (MenuItem | false | null | undefined)[];
  align?: 'start' | 'end';
}

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** Under the title, and read out with it. */
  description?: ReactNode;
  children?: ReactNode;
  /** Buttons, the main one last. */
  footer?: ReactNode;
  size?: 'small' | 'medium' | 'large';
  /** Where given, the content is a form that Enter submits. */
  onSubmit?: () => void;
  hideTitle?: boolean;
}

export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  size = 'medium',
  ...rest
}: DialogProps) {
  const { onSubmit, hideTitle } = rest;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    onSubmit?.();
  };
  const content = (
    <>
      <div className={styles.body}>{children}</div>
      {footer && <div className={styles.footer}>{footer}</div>}
    </>
  );
  const heading = <RadixDialog.Title className={styles.title}>{title}</RadixDialog.Title>;
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <div className={styles.scrim} data-scrim />
        <RadixDialog.Content
          className={classes(styles.dialog, styles[size])}
          {...(description ? {} : { 'aria-describedby': undefined })}
        >
          {hideTitle ? <VisuallyHidden.Root>{heading}</VisuallyHidden.Root> : heading}
          {description && (
            <RadixDialog.Description className={styles.description}>{description}</RadixDialog.Description>
          )}
          {onSubmit ? (
            <form className={styles.form} onSubmit={submit} noValidate>
              {content}
            </form>
          ) : (
            content
          )}
          {!hideTitle && (
            <RadixDialog.Close asChild>
              {/* Without a tooltip: Escape would close that first. */}
              <Button variant="quiet" className={styles.close ?? ''} aria-label={t('close')} icon={X} />
            </RadixDialog.Close>
          )}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** Asks before something that is hard to undo. `onConfirm` may take its time; what it throws is shown, and it stays open. */
export function Confirm({ open, onOpenChange, title, description, children, action, danger, onConfirm }: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const confirm = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await onConfirm();
      onOpenChange(false);
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      size="small"
      onSubmit={() => void confirm()}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{t('cancel')}</Button>
          <Button type="submit" variant={danger ? 'danger' : 'primary'} busy={busy}>
            {action}
          </Button>
        </>
      }
    >
      {children}
      <FailureNotice error={failure} />
    </Dialog>
  );
}
interface ConfirmProps extends Pick<DialogProps, 'open' | 'onOpenChange' | 'title' | 'description' | 'children'> {
  /** The verb on the button: "Delete". */
  action: string;
  danger?: boolean;
  onConfirm: () => Promise<unknown> | void;
}
