"""The routes of the service, a module a topic: each has a `router`, which `serving.app` includes."""
