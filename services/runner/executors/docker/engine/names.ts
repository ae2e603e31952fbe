/** What may become part of an engine's URL: dockerode puts it there as it is, so `../../images/prune` would be a request of its own. */

/** Thrown for a name or id that must never reach the engine. */
export class UnsafeId extends Error {
  override readonly name = "UnsafeId";
}

/** Full ids of containers and networks, as the engine lists them. */
export const FULL_ID = /^[0-9a-f]{64}$/;
export const IMAGE_ID = /^sha256:[0-9a-f]{64}$/;
/** Names of volumes. */
export const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/;
/** `[registry[:port]/]name[/name…][:tag]`, or a name with a digest. */
export const IMAGE_REF =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,252}[a-zA-Z0-9])?(?::\d{1,5})?\/)?[a-z0-9]+(?:(?:\.|__?|-+|\/)[a-z0-9]+)*(?::[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

/** The value itself, once it has been seen to be of that form. Throws UnsafeId. */
export const safe = (form: RegExp, value: string): string => {
  if (!form.test(value))
    throw new UnsafeId(`"${value.slice(0, 100)}" is no name an engine may be asked about`);
  return value;
};

const PATH = /^(?:\/[a-zA-Z0-9_][a-zA-Z0-9_.:@+-]{0,300}){1,20}$/;

/** A whole path of the engine's API as it is to be sent: no step upwards, no query, nothing escaped. Throws UnsafeId. */
export const safePath = (path: string): string => safe(PATH, path);
