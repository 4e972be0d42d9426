"""The two words scenarios and models share: `DemandShock` goes in, `ImpactResult` comes out."""
