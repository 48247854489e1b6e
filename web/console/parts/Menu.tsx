import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { Icon, type IconName } from './icons';

export interface MenuItem {
  label: string;
  icon?: IconName;
  danger?: boolean;
  disabled?: boolean;
  /** One of a set: shows a tick where true. */
  checked?: boolean;
  /** An address to download from or to leave to. */
  href?: string;
  onSelect?: () => void;
}

interface MenuProps {
  label: string;
  items: MenuItem[];
  /** What the button shows; three dots where it is missing. */
  children?: ReactNode;
  className?: string;
  /** Opens upward, for a button at the foot of the window. */
  above?: boolean;
}

/** A button with a menu in the platform's top layer; arrows, Home, End, letters and Esc work. */
export function Menu({ label, items, children, className, above }: MenuProps) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const toggled = (isOpen: boolean) => {
    setOpen(isOpen);
    if (!isOpen || !list.current || !button.current) return;
    place(list.current, button.current, above ?? false);
    entries(list.current)[0]?.focus();
  };
  const close = () => list.current?.hidePopover();
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className ?? 'button quiet icon-only'}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={label}
        popoverTarget={id}
      >
        {children ?? <Icon name="more" />}
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        className="menu"
        onToggle={(e) => toggled(e.newState === 'open')}
        onKeyDown={(e) => steer(e, close)}
      >
        {items.map((item) => (
          <Entry key={item.label} item={item} close={close} />
        ))}
      </div>
    </>
  );
}

function Entry({ item, close }: { item: MenuItem; close: () => void }) {
  const className = item.danger ? 'menu-item danger' : 'menu-item';
  const inside = (
    <>
      {item.icon && <Icon name={item.icon} />}
      <span>{item.label}</span>
      {item.checked && <Icon name="check" className="menu-tick" />}
    </>
  );
  if (item.href) {
    return (
      <a className={className} role="menuitem" tabIndex={-1} href={item.href} onClick={close}>
        {inside}
      </a>
    );
  }
  const act = () => {
    if (item.disabled) return;
    close();
    item.onSelect?.();
  };
  if (item.checked === undefined) {
    return (
      <button
        type="button"
        className={className}
        role="menuitem"
        tabIndex={-1}
        aria-disabled={item.disabled}
        onClick={act}
      >
        {inside}
      </button>
    );
  }
  return (
    <button
      type="button"
      className={className}
      role="menuitemradio"
      aria-checked={item.checked}
      tabIndex={-1}
      onClick={act}
    >
      {inside}
    </button>
  );
}

function entries(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>('.menu-item')];
}

/** Below (or above) the button, inside the window, from the side on which reading begins where there is room. */
function place(list: HTMLElement, button: HTMLElement, above: boolean) {
  const at = button.getBoundingClientRect();
  const box = list.getBoundingClientRect();
  const gap = 4;
  const up = above || (at.bottom + gap + box.height > innerHeight && at.top > box.height);
  const fromEnd = at.left + box.width > innerWidth - gap;
  const left = fromEnd ? at.right - box.width : at.left;
  list.style.left = `${Math.max(gap, Math.min(left, innerWidth - box.width - gap))}px`;
  list.style.top = `${Math.max(gap, up ? at.top - box.height - gap : at.bottom + gap)}px`;
}

function steer(e: KeyboardEvent<HTMLDivElement>, close: () => void) {
  const all = entries(e.currentTarget);
  const now = all.indexOf(document.activeElement as HTMLElement);
  const to = target(e.key, now, all);
  if (e.key === 'Tab') close();
  if (to === undefined) return;
  e.preventDefault();
  all[to]?.focus();
}

function target(key: string, now: number, all: HTMLElement[]): number | undefined {
  if (key === 'ArrowDown') return (now + 1) % all.length;
  if (key === 'ArrowUp') return (now - 1 + all.length) % all.length;
  if (key === 'Home') return 0;
  if (key === 'End') return all.length - 1;
  if (key.length !== 1 || key === ' ') return undefined;
  const wanted = key.toLocaleLowerCase();
  const order = all.map((_, i) => (now + 1 + i) % all.length);
  return order.find((i) => all[i]?.textContent?.trim().toLocaleLowerCase().startsWith(wanted));
}
