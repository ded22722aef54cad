"""A server on this machine that speaks like the official sources: SSB's PxWebApi 2 and KLASS, NAV's pages, Geonorge."""
