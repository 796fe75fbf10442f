"""What people at the desk are told: on the desk, by mail at once or as a digest, each as they chose."""
