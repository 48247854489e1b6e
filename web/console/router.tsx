import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Shell } from './shell/Shell';
import { loadTexts } from './texts';

const root = createRootRoute({ component: Shell });

const editorTexts = () => loadTexts('editor');
const adminTexts = () => loadTexts('admin');

// One line a screen; each is a chunk of its own. Search parameters are the filters, so that a view can be shared.
const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    validateSearch: (s: Record<string, unknown>) => ({
      group: typeof s.group === 'string' ? s.group : undefined,
      text: typeof s.text === 'string' ? s.text : undefined,
      state: typeof s.state === 'string' ? s.state : undefined,
      mine: s.mine === true || s.mine === 'true' ? true : undefined,
    }),
    component: lazyRouteComponent(() => import('./routes/home/Home'), 'Home'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/envelopes/$envelope',
    component: lazyRouteComponent(() => import('./routes/envelope/Envelope'), 'Envelope'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/new',
    loader: editorTexts,
    component: lazyRouteComponent(() => import('./routes/editor/NewEnvelope'), 'NewEnvelope'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/envelopes/$envelope/edit',
    loader: editorTexts,
    component: lazyRouteComponent(() => import('./routes/editor/Editor'), 'Editor'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/account',
    component: lazyRouteComponent(() => import('./routes/account/Account'), 'Account'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/sign-in',
    component: lazyRouteComponent(() => import('./routes/signin/SignIn'), 'SignIn'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/messages',
    loader: adminTexts,
    component: lazyRouteComponent(() => import('./routes/messages/Messages'), 'Messages'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/users',
    loader: adminTexts,
    component: lazyRouteComponent(() => import('./routes/users/Users'), 'Users'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/api-keys',
    loader: adminTexts,
    component: lazyRouteComponent(() => import('./routes/apikeys/APIKeys'), 'APIKeys'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/certificates',
    loader: adminTexts,
    component: lazyRouteComponent(() => import('./routes/certificates/Certificates'), 'Certificates'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/audit',
    loader: adminTexts,
    component: lazyRouteComponent(() => import('./routes/audit/Audit'), 'Audit'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/settings',
    loader: adminTexts,
    component: lazyRouteComponent(() => import('./routes/settings/Settings'), 'Settings'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/branding',
    loader: adminTexts,
    component: lazyRouteComponent(() => import('./routes/branding/Branding'), 'Branding'),
  }),
];

export const router = createRouter({ routeTree: root.addChildren(routes), defaultPreload: 'intent' });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
