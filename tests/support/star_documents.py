"""What an app asks about stars."""

STARS = """
{
  viewer {
    starLevel {
      level score updatesCursor
      next { level missing message ways { factor missing points enough until message } }
      factors { code title description value points maxPoints weight until }
      history { from to at cause message return { id } }
    }
  }
}"""
WATCH_STARS = """
subscription Stars($after: String) {
  starLevelChanges(after: $after) {
    cursor at from to cause message
    return { id status }
    before { code granted } after { code granted }
    gained { code title } lost { code title }
  }
}"""
PREVIEW = """
query Preview($level: Int!) {
  entitlementPreview(level: $level) {
    level now
    entitlements { code title description granted unlockedAt }
    gained { code } lost { code }
  }
}"""
