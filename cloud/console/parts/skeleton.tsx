/** What stands in for a site while it is being read. */
export function Skeleton() {
  return (
    <div class="skeleton" role="status">
      <span class="hidden-text">正在读取 Loading</span>
      <div class="skeleton-block skeleton-head" />
      <div class="skeleton-block skeleton-chart" />
      <div class="skeleton-row">
        <div class="skeleton-block" />
        <div class="skeleton-block" />
        <div class="skeleton-block" />
        <div class="skeleton-block" />
      </div>
    </div>
  );
}
