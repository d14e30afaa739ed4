import { SakerError } from '@saker/spec';

/** Where an MLflow tracking server is and how it knows us, by MLflow's own environment variables. */
export interface MlflowServer {
  /** Without a slash at the end. */
  readonly uri: string;
  /** Value of the Authorization header. */
  readonly authorization: string | null;
}

/**
 * Reads MLFLOW_TRACKING_URI, and MLFLOW_TRACKING_TOKEN or MLFLOW_TRACKING_USERNAME with MLFLOW_TRACKING_PASSWORD.
 * @throws SakerError E_ARG_INVALID when the address is missing or is no HTTP address.
 */
export function mlflowServer(environment: Readonly<Record<string, string | undefined>>): MlflowServer {
  const given = environment.MLFLOW_TRACKING_URI;
  const url = URL.canParse(given ?? '') ? new URL(given as string) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new SakerError('E_ARG_INVALID', {
      name: 'MLFLOW_TRACKING_URI',
      expected: 'the http or https address of an MLflow server, such as http://127.0.0.1:5000',
      received: given === undefined ? 'nothing' : `'${given}'`,
    });
  const token = environment.MLFLOW_TRACKING_TOKEN;
  const user = environment.MLFLOW_TRACKING_USERNAME ?? decodeURIComponent(url.username);
  const password = environment.MLFLOW_TRACKING_PASSWORD ?? decodeURIComponent(url.password);
  url.username = '';
  url.password = '';
  const basic = () => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return {
    uri: url.href.replace(/\/+$/, ''),
    authorization: token ? `Bearer ${token}` : user ? basic() : null,
  };
}
