// A version of the policy: the numbers behind the rules.

const NEVER_GRANTED = 6;

export class Policy {
  constructor(document) {
    this.version = document.version;
    this.returning = document.returning;
    this.pickup = document.pickup;
    this.limits = document.advance.limit_minor;
    this.scorecard = document.scorecard;
    this.never = new Set(document.returning.never);
    this.pilotCategories = new Set(document.pilot.categories);
    this.pilotMerchants = new Set(document.pilot.merchants);
    this.categories = document.categories;
    this.rungs = new Map(document.entitlements.map((rung) => [rung.code, rung.unlocked_at]));
    this.expressFrom = this.unlockedAt("EXPRESS_RETURN");
    this.ladders = [0, 1, 2, 3, 4, 5].map((level) => ladder(document.entitlements, level));
  }

  unlockedAt(code) {
    return this.rungs.get(code) ?? NEVER_GRANTED;
  }

  grants(code, level) {
    return level >= this.unlockedAt(code);
  }

  entitlements(level) {
    return this.ladders[level];
  }

  categoryTitle(code) {
    return this.categories[code]?.en ?? code;
  }
}

function ladder(rungs, level) {
  return rungs.map((rung) => ({
    code: rung.code,
    title: rung.title.en,
    description: rung.description.en,
    granted: level >= rung.unlocked_at,
    unlockedAt: rung.unlocked_at,
  }));
}

/** Versions by name: what is published never changes, so each is read once. */
export class PolicyBook {
  constructor(database, current) {
    this.current = new Policy(current);
    this.known = new Map([[this.current.version, this.current]]);
    this.find = database.prepare("SELECT document FROM policies WHERE version = ?").pluck();
  }

  version(name) {
    return this.known.get(name) ?? this.read(name);
  }

  read(name) {
    const policy = new Policy(JSON.parse(this.find.get(name)));
    this.known.set(name, policy);
    return policy;
  }
}
