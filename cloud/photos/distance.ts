const EARTH_RADIUS_M = 6_371_008.8;

interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** Great-circle distance of two points, metres (haversine). Pure. */
export function distanceM(a: Point, b: Point): number {
  const [fromLatitude, toLatitude] = [radians(a.latitude), radians(b.latitude)];
  const half = Math.sin((toLatitude - fromLatitude) / 2) ** 2;
  const across = Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  const chord = half + Math.cos(fromLatitude) * Math.cos(toLatitude) * across;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(chord)));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
