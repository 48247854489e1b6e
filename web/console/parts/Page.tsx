import { useRouterState } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { takeArrival } from './arrival';

interface PageProps {
  /** The page's one heading, and the window's title. */
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
  /** As wide as the window lets it be, for tables and the editor. */
  wide?: boolean;
}

/** The body of a screen under its one heading. Going to another screen puts the focus on that heading. */
export function Page({ title, lead, actions, children, wide }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // The one that has arrived: the screen before must not take the focus while the next is still loading.
  const path = useRouterState({ select: (s) => (s.resolvedLocation ?? s.location).pathname });
  useEffect(() => {
    document.title = `${title} – Consigil`;
  }, [title]);
  useEffect(() => {
    if (takeArrival(path)) heading.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <div className={wide ? 'page wide' : 'page'}>
      <header className="page-head">
        <div className="page-title">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead && <div className="page-lead">{lead}</div>}
        </div>
        {actions && <div className="row page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
