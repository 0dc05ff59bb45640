// A shopper's star level and the way to the next.
import { shown } from "./moments.mjs";

const LOWEST = 1;
const HIGHEST = 5;
const STAFF = "STAFF_DECISION";

export class Stars {
  /** Of the newest rating, and of the newest that moved the level; undefined for no rating. */
  constructor(level, factors, since, scorecard) {
    this.level = level ?? LOWEST;
    this.factors = factors;
    this.reachedAt = since ?? null;
    this.scorecard = scorecard;
  }

  get since() {
    return shown(this.reachedAt);
  }

  get next() {
    if (this.level >= HIGHEST) return null;
    const parts = this.factors ? JSON.parse(this.factors) : [];
    const own = parts.length ? earned(parts) : unbought(this.scorecard);
    const missing = Math.max(this.scorecard.thresholds[this.level - 1] - own, 0);
    return { level: this.level + 1, missing };
  }
}

/** Points that staff have given count only until they are earned. */
function earned(parts) {
  let given = 0;
  let sum = 0;
  for (const part of parts) {
    sum += part.points;
    if (part.code === STAFF) given += part.points;
  }
  return sum - Math.max(given, 0);
}

/** What a shopper has who bought nothing: all of what was returned was honest. */
function unbought(scorecard) {
  const honest = scorecard.factors.filter((factor) => factor.code === "HONEST_RETURNS");
  const points = honest.map((factor) =>
    Math.min(Math.floor(100 / factor.per) * factor.points_each, factor.max_points),
  );
  return points.reduce((sum, one) => sum + one, 0);
}
