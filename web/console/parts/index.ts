/** The parts that every screen of the console is made of. */
export { Confirm, Dialog } from './Dialog';
export { CheckField, SelectField, TextArea, TextField } from './fields';
export { Icon, type IconName } from './icons';
export { Menu, type MenuItem } from './Menu';
export { Empty, ErrorNote, Loading, More, Notice, Status, type StatusKind } from './notes';
export { Page } from './Page';
export { faults, faultText, problemText } from './problem';
export { announce, toast } from './say';
export { CopyButton, Digest, QR, Time } from './values';
