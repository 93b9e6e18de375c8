"""The provider side: what an adapter is given, how it calls its provider, and the deployment's tokens."""
