import type { RequestFailure } from "../store/county-api.ts";
import { Bi } from "./bi.tsx";

/** Says that the server did not answer, and that what is still shown may be old. */
export function LoadFailure({ failure, onRetry }: { failure: RequestFailure; onRetry: () => void }) {
  return (
    <div class="failure" role="alert">
      <div class="failure-text">
        {failure.status === 0 ? (
          <Bi
            zh="连接不上服务器；页面内容可能已过时"
            en="The server cannot be reached; what is shown may be old"
          />
        ) : (
          <Bi zh="服务器拒绝了请求" en={`${failure.message} (${failure.code})`} />
        )}
      </div>
      <button type="button" class="button" onClick={onRetry}>
        <Bi zh="重试" en="Retry" />
      </button>
    </div>
  );
}
