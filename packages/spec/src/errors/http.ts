import { defineErrors, entry } from './define.js';

/** HTTP serving. */
export const serveErrors = defineErrors({
  E_PORT_IN_USE: entry(
    'Port {port} on {host} is in use.',
    'Stop the other program or give another port with --port.',
    500,
    7,
  ),
  E_HOST_INVALID: entry(
    'Cannot listen on {host}: {detail}.',
    'Give an address of this machine with --host.',
    500,
    7,
  ),
  E_BODY_TOO_LARGE: entry(
    'The request body is over the limit of {limit} bytes.',
    'Send a smaller picture, or raise the server limit.',
    413,
    7,
  ),
  E_BODY_INVALID: entry(
    'The request body is not valid: {detail}.',
    'Send one multipart field "file", a raw image body, or JSON {"image": base64}.',
    400,
    7,
  ),
  E_REQUEST_INVALID: entry('The request is not valid: {detail}.', 'Send an HTTP/1.1 request.', 400, 7),
  E_REQUEST_TIMEOUT: entry(
    'The request took too long to arrive.',
    'Send it faster, or raise the server limit.',
    408,
    7,
  ),
  E_MEDIA_TYPE: entry(
    'Expected a body of type multipart/form-data, image/* or application/json, received {received}.',
    'Set the Content-Type header.',
    415,
    7,
  ),
  E_ROUTE_NOT_FOUND: entry('No route {method} {path}.', 'POST pictures to /predict.', 404, 7),
  E_NOT_READY: entry('The server is not ready.', 'Try again shortly; /readyz says when it is.', 503, 7),
  E_OVERLOADED: entry('The server has {waiting} requests waiting, its limit.', 'Try again shortly.', 503, 7),
  E_SHUTTING_DOWN: entry('The server is shutting down.', 'Send the request to another instance.', 503, 7),
  E_TIMEOUT: entry('{what} took longer than {limit} ms.', 'Try again, or raise the limit.', 504, 7),
  E_WORKER_FAILED: entry(
    'An inference worker stopped: {detail}.',
    'Try again; the server starts a new worker.',
    500,
    7,
  ),
});
