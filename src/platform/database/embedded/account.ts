import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** The account PostgreSQL runs as. It refuses root; `switched` says that a child must be started with another uid and gid. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly switched: boolean;
}

/** The number most systems give to `nobody`, used also where /etc/passwd does not list it. */
const NOBODY = 65534;

export const isRoot = (): boolean => process.getuid?.() === 0;

/**
 * Accounts that may run the server, the best first: the present one; for root the owner of an existing database, or
 * `nobody` and then any other listed account, since `initdb` insists that the account has a name.
 */
export function serverAccounts(databaseFolder: string): [Account, ...Account[]] {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  if (uid !== 0) return [{ uid, gid, switched: false }];
  const owner = statSync(databaseFolder, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return [{ uid: owner.uid, gid: owner.gid, switched: true }];
  const listed = listedAccounts();
  const nobody = listed.find(({ name, uid: id }) => name === "nobody" || id === NOBODY) ?? { uid: NOBODY, gid: NOBODY };
  const other = listed.find((account) => account.uid !== nobody.uid);
  const switched = (account: { uid: number; gid: number }) => ({ uid: account.uid, gid: account.gid, switched: true });
  return [switched(nobody), ...(other ? [switched(other)] : [])];
}

function listedAccounts(): { name: string; uid: number; gid: number }[] {
  try {
    return readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .map((line) => line.split(":"))
      .map(([name = "", , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
      .filter(({ uid, gid }) => Number.isSafeInteger(uid) && Number.isSafeInteger(gid) && uid > 0);
  } catch {
    return [];
  }
}

/** The options of `spawn` that make a child run as `account`. */
export const runAs = ({ uid, gid, switched }: Account) => (switched ? { uid, gid } : {});

/** Whether `account` may enter `folder` and every folder above it, judged by owner, group and mode. */
export function mayEnter(account: Account, folder: string): boolean {
  if (!account.switched) return mayEnterOurselves(folder);
  for (let path = folder; ; path = dirname(path)) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found?.isDirectory()) return false;
    const enters = found.uid === account.uid ? 0o100 : found.gid === account.gid ? 0o010 : 0o001;
    if ((found.mode & enters) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

function mayEnterOurselves(folder: string): boolean {
  try {
    accessSync(folder, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
